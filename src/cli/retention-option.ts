/** The option of `node:util` parseArgs by which a command is told how long entries are kept. */
export const RETENTION_OPTION = { retention: { type: 'string', default: 'policies/retention.json' } } as const;
