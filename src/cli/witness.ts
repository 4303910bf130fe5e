import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseWitnessConfig, readWitnessFiles } from '../config/witness-config.ts';
import { FaultsError } from '../domain/fault.ts';
import { stopOnSignal } from '../process.ts';
import { admitLog } from '../witness/admit-log.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { startWitness } from './start-witness.ts';

export const witness: Command = {
  usage: 'shuqiao witness',
  summary:
    'Runs a witness, which cosigns checkpoints that continue those it cosigned before: C2SP tlog-witness, docs/witness-guide.md.',
  run: async (args, { environment, out }) => {
    if (args.length > 0) throw new UsageError();
    const config = parseWitnessConfig(environment);
    const starting = startWitness({ config, clock: { now: Date.now }, out });
    stopOnSignal(async () => await (await starting).stop());
    await starting;
    return EXIT.ok;
  },
};

export const witnessAdmit: Command = {
  usage: 'shuqiao witness admit ORIGIN [--from CHECKPOINT_FILE]',
  summary: 'Once for each log: the witness begins with nothing of it, or with a checkpoint that you know to be good.',
  run: async (args, { environment, out }) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { from: { type: 'string' } },
    });
    const [origin, ...rest] = positionals;
    if (origin === undefined || rest.length > 0) throw new UsageError();
    const config = parseWitnessConfig(environment);
    const { signer, verifiers } = readWitnessFiles(config);
    const known = verifiers.filter(({ name }) => name === origin);
    if (known.length === 0)
      throw new FaultsError([
        {
          file: config.logsFile,
          pointer: '',
          message: `it names no log ${origin}`,
          remedy: 'Add a line `log <vkey>` with the key that its operator gave you in person.',
        },
      ]);
    const from = values.from === undefined ? undefined : readFileSync(values.from, 'utf8');
    const size = await admitLog({
      origin,
      verifiers: known,
      signer,
      stateDir: config.stateDir,
      nowMs: Date.now(),
      from,
    });
    out(`${origin} is admitted at size ${size}. Only a checkpoint that continues it will be cosigned.\n`);
    return EXIT.ok;
  },
};
