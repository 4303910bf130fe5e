import { createHmac } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { LedgerSecret } from '../domain/key-ring.ts';
import type { Subject } from '../domain/personal-parts.ts';
import { type AskedAbout, type SubjectPlace, WATCHED_BITS } from '../domain/quotas.ts';
import { ledgerKey } from './subject-index.ts';

export interface Asked {
  readonly department: string;
  readonly contract: string;
  readonly grant: string;
  readonly query: JsonObject;
  readonly subjects: readonly Subject[];
  /** Whether an answer, or that there is none, tells something that the caller chose the question for. */
  readonly isProbe: boolean;
  readonly neighbourhoodsOf: (subject: Subject) => readonly string[];
}

/**
 * What is asked about whom, under keys that are of no other use: these digests meet neither those of the index of subjects
 * nor each other. All grants of a department over one contract ask about the same subject, so that several limits on one
 * number are several questions.
 */
export function askedDigests(secret: LedgerSecret, asked: Asked): AskedAbout {
  const { department, contract, grant, query, subjects, isProbe, neighbourhoodsOf } = asked;
  const probing = keyed(ledgerKey(secret.key, ['probing']));
  const watching = keyed(ledgerKey(secret.key, ['enumeration']));
  const places = subjects.map(
    (subject): SubjectPlace => ({
      subject: bitOf(watching(['subject', subject.type, subject.value])),
      near: neighbourhoodsOf(subject).map((shared) => bitOf(watching(['near', subject.type, shared]))),
    }),
  );
  if (!isProbe || subjects.length === 0) return { question: undefined, places };
  return {
    question: {
      subjects: subjects.map(({ type, value }) => probing(['subject', department, contract, type, value])),
      digest: probing(['question', grant, query]),
    },
    places,
  };
}

function keyed(key: Uint8Array): (words: readonly JsonValue[]) => Uint8Array {
  return (words) =>
    new Uint8Array(
      createHmac('sha256', key)
        .update(canonicalJson([...words]))
        .digest(),
    );
}

function bitOf(digest: Uint8Array): number {
  return new DataView(digest.buffer).getUint32(0) % WATCHED_BITS;
}
