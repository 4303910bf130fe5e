import { Problem } from '../../domain/problem.ts';

/** What the gateway cannot do itself before it asks is no failure of the source. */
export async function ownFault<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new Problem('internal', { cause });
  }
}
