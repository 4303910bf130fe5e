import { parseArgs } from 'node:util';
import { migrate } from '../store/migrate.ts';
import { withOwner } from '../store/open-databases.ts';
import { type Command, EXIT, UsageError } from './command.ts';

export const databaseMigrate: Command = {
  usage: 'shuqiao database migrate',
  summary:
    'Brings the database of DATABASE_URL up to this version. The login must own the database and may create roles.',
  run: async (args, { environment, out, err }) => {
    if (parseArgs({ args: [...args], allowPositionals: true }).positionals.length > 0) throw new UsageError();
    const url = environment['DATABASE_URL'];
    if (url === undefined) {
      err('DATABASE_URL is not set. The embedded database is migrated by `npm start`.\n');
      return EXIT.failed;
    }
    const applied = await withOwner(url, migrate);
    out(applied.length === 0 ? 'Nothing to apply.\n' : `${applied.map((name) => `applied ${name}`).join('\n')}\n`);
    return EXIT.ok;
  },
};
