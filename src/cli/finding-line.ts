import type { Severity } from '../compatibility/rules.ts';

interface Shown {
  readonly severity: Severity;
  readonly rule: string;
  readonly where: string;
  readonly message: string;
  readonly remedy: string;
}

/** One finding for people to read. */
export function findingLine({ severity, rule, where, message, remedy }: Shown): string {
  return `  ${severity.padEnd(7)}  ${where}: ${message}. ${remedy} [${rule}]`;
}
