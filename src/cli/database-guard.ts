import { parseArgs } from 'node:util';
import { guardLedger } from '../store/ledger-guard.ts';
import { withOwner } from '../store/open-databases.ts';
import { type Command, EXIT, UsageError } from './command.ts';

export const databaseGuard: Command = {
  usage: 'shuqiao database guard',
  summary:
    'Puts in place what refuses to change the form of the ledger. DATABASE_URL must be of a superuser; migrating as one does it too.',
  run: async (args, { environment, out, err }) => {
    if (parseArgs({ args: [...args], allowPositionals: true }).positionals.length > 0) throw new UsageError();
    const url = environment['DATABASE_URL'];
    if (url === undefined) {
      err('DATABASE_URL is not set. The embedded database fires no event triggers.\n');
      return EXIT.failed;
    }
    const guarded = await withOwner(url, guardLedger);
    if (guarded) out('The form of the ledger is guarded.\n');
    else err('Only a superuser can make event triggers.\n');
    return guarded ? EXIT.ok : EXIT.failed;
  },
};
