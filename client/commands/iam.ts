import type { GroupCommand, UserCommand } from '../../activities/connectors/types.js';
import { examples } from '../command.js';
import type { Registrar } from '../command.js';
import type { GroupOptions } from './iam-groups.js';
import type { UserOptions } from './iam-users.js';

const USER_COMMANDS: Readonly<Record<UserCommand, string>> = {
  'get-user': 'read an account',
  'create-user': 'create an account, or update the one that is there',
  'update-user': 'update an account, or create it where the instance allows it',
  'disable-user': 'disable an account',
};

const GROUP_COMMANDS: Readonly<Record<GroupCommand, string>> = {
  'get-group': 'read a group',
  'create-group': 'create an empty group; one that is there already counts',
  'update-group': 'add members to a group and remove members from it',
  'delete-group': 'delete a group; one that is gone already counts',
};

const INSTANCE = ['--instance <name>', 'name of the application instance in ilm.yaml'] as const;

/** `ilm iam <command> --instance I`: the generic management operations by hand (spec connectors 1.1). */
export const registerIam: Registrar = (iam, run) => {
  for (const [name, text] of Object.entries(USER_COMMANDS)) {
    const command = iam
      .command(name)
      .description(text)
      .requiredOption(...INSTANCE)
      .option('--email <address>', 'work with the stored profile of this person')
      .option('--profile <file>', 'work with this profile, a JSON file or JSON text that holds email and username');
    if (name === 'create-user' || name === 'update-user') {
      command.option('--allow-enable', 'enable an inactive account');
    }
    const as = name === 'get-user' ? '' : ' --as admin@example.com';
    command
      .action(
        run(async (context, options: UserOptions) => {
          const { runByHand } = await import('./iam-users.js');
          return await runByHand(context, name as UserCommand, options);
        }),
      )
      .addHelpText('after', examples(`ilm iam ${name} --instance "Active Directory" --email robin@example.com${as}`));
  }
  for (const [name, text] of Object.entries(GROUP_COMMANDS)) {
    const command = iam
      .command(name)
      .description(text)
      .requiredOption(...INSTANCE);
    if (name !== 'create-group') command.option('--id <id>', "the application's id of the group");
    if (name === 'get-group') {
      command.option('--name <name>', 'display name, when the id is not known').option('--members', 'with its members');
    }
    if (name === 'create-group') command.requiredOption('--name <name>', 'display name');
    if (name === 'update-group') {
      command
        .option('--add <id...>', "application's ids of accounts to add")
        .option('--remove <id...>', "application's ids of accounts to remove");
    }
    command
      .action(
        run(async (context, options: GroupOptions) => {
          const { runGroupByHand } = await import('./iam-groups.js');
          return await runGroupByHand(context, name as GroupCommand, options);
        }),
      )
      .addHelpText(
        'after',
        examples(`ilm iam ${name} --instance "Atlas Wiki" ${GROUP_EXAMPLES[name as GroupCommand]}`),
      );
  }
  iam
    .command('mapping-fields')
    .description('attributes of an application that an outgoing mapper can fill')
    .requiredOption(...INSTANCE)
    .action(
      run(async (context, options: { readonly instance: string }) => {
        const { mappingFields } = await import('./iam-fields.js');
        return await mappingFields(context, options.instance);
      }),
    )
    .addHelpText('after', examples('ilm iam mapping-fields --instance "Atlas Wiki"'));
};

const GROUP_EXAMPLES: Readonly<Record<GroupCommand, string>> = {
  'get-group': '--name Writers --members',
  'create-group': '--name Writers --as admin@example.com',
  'update-group': '--id 4711 --add 0815 --remove 0816 --as admin@example.com',
  'delete-group': '--id 4711 --as admin@example.com',
};
