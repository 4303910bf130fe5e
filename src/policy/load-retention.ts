import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FaultsError } from '../domain/fault.ts';
import { fileCheck } from '../schema/checker.ts';
import { readJsonFile } from '../schema/read-json-file.ts';
import { type Period, RetentionFile } from './retention-file.ts';

/** How long entries are kept, and by which law. */
export interface Retention {
  readonly id: string;
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  /** Whether what happened then need not be kept any longer. Both in milliseconds since 1970. */
  isOver(then: number, now: number): boolean;
}

const check = fileCheck(RetentionFile);

/** @throws FaultsError also for a period that is shorter than a duty that the file itself cites */
export function loadRetention(file: string): Retention {
  const { content, faults } = readJsonFile(file, file, check);
  if (content === undefined) throw new FaultsError(faults);
  const { id, keep, statutory } = content;
  const short = statutory.flatMap(({ instrument, article, atLeast }, index) =>
    monthsOf(keep) >= monthsOf(atLeast)
      ? []
      : [
          {
            file,
            pointer: `/statutory/${index}`,
            message: `entries are kept for a shorter time than ${instrument} ${article} asks for`,
            remedy: 'Keep them at least as long.',
          },
        ],
  );
  if (monthsOf(keep) === 0 || short.length > 0) throw new FaultsError(short.length > 0 ? short : [nothing(file)]);
  return {
    id,
    digest: createHash('sha256').update(readFileSync(file)).digest('hex'),
    isOver: (then, now) => later(then, monthsOf(keep)) <= now,
  };
}

function nothing(file: string): FaultsError['faults'][number] {
  return { file, pointer: '/keep', message: 'entries are kept for no time at all', remedy: 'Say for how long.' };
}

function monthsOf({ years = 0, months = 0 }: Period): number {
  return years * 12 + months;
}

/** By the calendar in UTC; of a day that the month has not, the first of the next: never earlier than the law says. */
function later(then: number, months: number): number {
  const at = new Date(then);
  return at.setUTCMonth(at.getUTCMonth() + months);
}
