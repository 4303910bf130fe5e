// npm hands a Ctrl-C on to us that the terminal has already given us: what comes this soon is the same one.
const SAME_SIGNAL_MS = 1000;

/**
 * Stops once on SIGINT or SIGTERM. A second signal, once the first was seen, ends the process at once. To be called
 * before anything listens: whoever is told that it listens may send a signal the next moment.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let firstAt: number | undefined;
  const onSignal = (): void => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    } else if (Date.now() - firstAt > SAME_SIGNAL_MS) {
      process.exit(1);
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
}
