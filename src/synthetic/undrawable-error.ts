/** Something that nothing can be made up for: where in the record, and why. */
export class UndrawableError extends Error {
  /** Path of the field or of what holds fields, as a grant writes it; empty for the record. */
  readonly path: string;

  constructor(path: string, why: string) {
    super(`Nothing can be made up for ${path === '' ? 'the record' : path}: ${why}.`);
    this.name = 'UndrawableError';
    this.path = path;
  }
}
