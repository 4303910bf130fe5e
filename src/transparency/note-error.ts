/**
 * Why a note, a key or what a note says is refused. `malformed`: it is not one. `unknown-signers`: nobody of those who are
 * known signed it. `bad-signature`: it has the name and the id of a known key on a signature that is not of this key.
 */
export type NoteFault = 'malformed' | 'unknown-signers' | 'bad-signature';

export class NoteError extends Error {
  override readonly name = 'NoteError';
  readonly fault: NoteFault;

  constructor(fault: NoteFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
