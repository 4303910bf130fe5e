import { accessSync, constants, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { post } from '../http/post.ts';
import { errorName } from '../telemetry/log.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { verifiedTime, withScratchFolder, writeQuery } from './time-stamp.ts';

const DEADLINE_MS = 30_000;
const MAX_REPLY_BYTES = 65_536;

export const ledgerTimestamp: Command = {
  usage: 'shuqiao ledger timestamp CHECKPOINT_FILE --tsa URL --ca FILE --output FILE',
  summary:
    'Has a time-stamping authority (RFC 3161) stamp a checkpoint, and writes its reply once it verifies. Exit: 0 stamped, 1 the reply does not verify, 2 there is none.',
  run: async (args, { out, err }) => {
    const options = { tsa: { type: 'string' }, ca: { type: 'string' }, output: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const { tsa, ca: caFile, output } = values;
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new UsageError();
    if (tsa === undefined || caFile === undefined || output === undefined) throw new UsageError();
    refuseUnreadable(file, caFile);
    return await withScratchFolder(async (folder) => {
      const [query, reply] = [join(folder, 'query'), join(folder, 'reply')];
      await writeQuery(file, query);
      const answer = await ask(new URL(tsa), readFileSync(query));
      await writeFile(reply, answer);
      const time = await verifiedTime({ reply, of: ['-queryfile', query], caFile });
      if (time === undefined) {
        err('The reply is no token over this checkpoint by an authority under the CA.\n');
        return EXIT.failed;
      }
      await writeFile(output, answer, { flag: 'wx' });
      out(`Stamped at ${time}.\n`);
      return EXIT.ok;
    });
  },
};

export const ledgerTimestampVerify: Command = {
  usage: 'shuqiao ledger timestamp verify CHECKPOINT_FILE REPLY_FILE --ca FILE',
  summary: 'Whether a time stamp is over this checkpoint, and of when. Exit: 0 it is, 1 it is not, 2 unknown.',
  run: async (args, { out, err }) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ca: { type: 'string' } },
    });
    const { ca: caFile } = values;
    const [file, reply, ...rest] = positionals;
    if (file === undefined || reply === undefined || caFile === undefined || rest.length > 0) throw new UsageError();
    refuseUnreadable(file, reply, caFile);
    const time = await verifiedTime({ reply, of: ['-data', file], caFile });
    if (time === undefined) err('It is no token over this checkpoint by an authority under the CA.\n');
    else out(`Stamped at ${time}.\n`);
    return time === undefined ? EXIT.failed : EXIT.ok;
  },
};

/** To openssl, a file that is not there is one that does not verify. */
function refuseUnreadable(...files: readonly string[]): void {
  for (const file of files) accessSync(file, constants.R_OK);
}

async function ask(url: URL, body: Uint8Array): Promise<Buffer> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    const answer = await post({ url, body, signal, type: 'application/timestamp-query', maxBytes: MAX_REPLY_BYTES });
    if (answer.status === 200 && answer.type === 'application/timestamp-reply') return answer.body;
  } catch (error) {
    throw new Error(`The time-stamping authority does not answer (${errorName(error)}).`, { cause: error });
  }
  throw new Error('The time-stamping authority gave no reply.');
}
