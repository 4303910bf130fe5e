/** One thing wrong in a file that people write. */
export interface Fault {
  readonly file: string;
  /** JSON pointer into the file; empty for the whole of it. */
  readonly pointer: string;
  readonly message: string;
  readonly remedy: string;
}

/** All that is wrong at once, so that one start shows every fault. */
export class FaultsError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(faultLine).join('\n'));
    this.name = 'FaultsError';
    this.faults = faults;
  }
}

function faultLine({ file, pointer, message, remedy }: Fault): string {
  return `${file}${pointer === '' ? '' : `#${pointer}`}: ${message}. ${remedy}`;
}
