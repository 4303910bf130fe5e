/** Why nothing more is signed. Each is a fork of the log, or could be one, until somebody looked at it. */
export const REFUSAL_REASONS = [
  'shrunk',
  'diverged',
  'entry-missing',
  'state-unusable',
  'state-behind',
  'folder-foreign',
  'folder-diverged',
  'epoch-ended',
  'epoch-unstated',
  'prune-unrecorded',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** The publisher signs nothing from now on. */
export class PublisherRefusal extends Error {
  override readonly name = 'PublisherRefusal';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
