import type { Fault } from '../domain/fault.ts';
import type { Environment } from './env.ts';

/** Reads variables of the environment, and gathers what is wrong with them. */
export interface Variables {
  fault(variable: string, what: Pick<Fault, 'message' | 'remedy'>): void;
  /** Required if there is no fallback. */
  text(variable: string, fallback?: string): string;
  integer(variable: string, fallback: number, range: readonly [least: number, most: number]): number;
  /** `<name>_HOST`, by default loopback, and `<name>_PORT`. */
  listen(name: string, port: number): ListenConfig;
}

export interface ListenConfig {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

export function variablesOf(environment: Environment, faults: Fault[]): Variables {
  const fault: Variables['fault'] = (variable, what) => faults.push({ file: variable, pointer: '', ...what });
  const text: Variables['text'] = (variable, fallback) => {
    const value = environment[variable];
    if (value !== undefined && value !== '') return value;
    if (fallback === undefined)
      fault(variable, { message: 'it is not set', remedy: 'Set it; README.md, “Operate”, says what to.' });
    return fallback ?? '';
  };
  const integer: Variables['integer'] = (variable, fallback, [least, most]) => {
    const value = Number(text(variable, String(fallback)));
    const fits = Number.isSafeInteger(value) && value >= least && value <= most;
    if (!fits) fault(variable, { message: 'it is no number in its range', remedy: `Set it to ${least}–${most}.` });
    return value;
  };
  const listen: Variables['listen'] = (name, port) => ({
    host: text(`${name}_HOST`, '127.0.0.1'),
    port: integer(`${name}_PORT`, port, [0, 65_535]),
  });
  return { fault, text, integer, listen };
}

/** Whether only this machine reaches it. */
export function isLoopback({ host }: ListenConfig): boolean {
  return LOOPBACK.has(host);
}
