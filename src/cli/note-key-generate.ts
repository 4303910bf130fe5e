import { parseArgs } from 'node:util';
import { writeSignerKeyFile } from '../config/note-key-file.ts';
import { generateSignerKey, isKeyName, type NoteKeyKind } from '../transparency/note-keys.ts';
import { type Command, EXIT, UsageError } from './command.ts';

const KINDS: ReadonlyMap<string, NoteKeyKind> = new Map([
  ['log', 'ed25519'],
  ['witness', 'cosignature/v1'],
]);

export const noteKeyGenerate: Command = {
  usage: 'shuqiao note-key generate --name NAME --kind log|witness --output FILE',
  summary:
    'Makes the key with which a log signs its checkpoints, or a witness its cosignatures, in a new file that its owner alone reads, and shows what verifies it. The name of a log’s key is its origin.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const options = { name: { type: 'string' }, kind: { type: 'string' }, output: { type: 'string' } } as const;
    const { name, kind, output } = parseArgs({ args: [...args], options }).values;
    const keyKind = KINDS.get(kind ?? '');
    if (name === undefined || keyKind === undefined || output === undefined) throw new UsageError();
    if (!isKeyName(name)) throw new Error('A name has no space and no plus sign: ledger.example/1.');
    const { skey, vkey } = generateSignerKey(name, keyKind);
    writeSignerKeyFile(output, skey);
    shell.out(`${vkey}\n`);
    return EXIT.ok;
  },
};
