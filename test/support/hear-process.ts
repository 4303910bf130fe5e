/** All that this process writes to its outputs and its console from now on; it is not written there meanwhile. */
export function hearProcess(): { readonly heard: readonly string[]; stop(): void } {
  const heard: string[] = [];
  const hear = (...words: unknown[]): boolean => heard.push(words.map(String).join(' ')) > 0;
  const { stdout, stderr } = process;
  const spoken = { out: stdout.write, error: stderr.write, console: { ...console } };
  stdout.write = hear;
  stderr.write = hear;
  for (const way of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) console[way] = hear;
  const warned = ({ name, message, stack }: Error): boolean => hear(name, message, stack);
  process.on('warning', warned);
  return {
    heard,
    stop: () => {
      stdout.write = spoken.out;
      stderr.write = spoken.error;
      Object.assign(console, spoken.console);
      process.off('warning', warned);
    },
  };
}
