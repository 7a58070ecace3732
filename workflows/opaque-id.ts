const OPAQUE_ID = /^[a-z0-9-]{1,64}$/;

/** Whether this is a person's id as `ilm.yaml` has it, which names nobody. */
export const isOpaqueId = (value: unknown): value is string => typeof value === 'string' && OPAQUE_ID.test(value);
