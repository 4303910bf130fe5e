import { type LoadCaller, type LoadGenerator, type Outcome, startLoad } from '../test/support/open-loop.ts';

/** What the process that makes the load is told. */
export type LoadCommand =
  | { readonly kind: 'callers'; readonly callers: readonly LoadCaller[] }
  | { readonly kind: 'closed'; readonly connections: number; readonly seconds: number }
  /** Of each caller. */
  | { readonly kind: 'open'; readonly perSecond: readonly number[]; readonly seconds: number };

let generators: readonly LoadGenerator[] = [];

async function follow(command: LoadCommand): Promise<readonly Outcome[]> {
  if (command.kind === 'callers') {
    generators = await Promise.all(command.callers.map(async (caller) => await startLoad(caller)));
    return [];
  }
  if (command.kind === 'closed') {
    const [first] = generators;
    return first === undefined ? [] : [await first.closedLoop(command.connections, command.seconds)];
  }
  const { perSecond, seconds } = command;
  return await Promise.all(generators.map(async (one, at) => await one.openLoop(perSecond[at] ?? 0, seconds)));
}

process.on('message', (command: LoadCommand) => {
  void follow(command).then(
    (outcomes) => process.send?.(outcomes),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
