import type { CommandFlags } from '../../../activities/connectors/types.js';

/** Every command allowed, as an instance has it that says nothing. */
export const ALL_FLAGS: CommandFlags = {
  createUserEnabled: true,
  updateUserEnabled: true,
  enableUserEnabled: true,
  disableUserEnabled: true,
  createIfNotExists: true,
};
