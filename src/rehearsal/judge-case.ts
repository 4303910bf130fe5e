import type { JsonObject } from '../domain/json.ts';
import type { Expectation } from '../policy/case-file.ts';
import type { CaseSource, PolicyCase } from '../policy/load-cases.ts';
import { type Difference, differences } from './differences.ts';
import { hiddenAt, placesOf } from './hidden.ts';
import type { Rehearsed } from './rehearse.ts';

/** What of a case does not hold. */
export function judgeCase({ expect, call }: PolicyCase, came: Rehearsed): readonly Difference[] {
  const decided = differences(decisionOf(expect), decisionOf(came), { at: '', exact: true });
  const answered =
    expect.answer === undefined || came.decision !== 'released'
      ? []
      : differences(expect.answer, came.data, { at: '/answer', exact: true });
  const entered = differences(expect.entry ?? {}, came.entry, { at: '/entry', exact: false });
  return [...decided, ...answered, ...entered, ...shown(expect.hidden ?? [], call.source, came)];
}

function decisionOf(of: Pick<Expectation, 'decision'> & { readonly code?: string | undefined }): JsonObject {
  return { decision: of.decision, ...(of.code === undefined ? {} : { code: of.code }) };
}

/** A path with nothing at it hides nothing: it is misspelt, or the record is another than somebody thought. */
function shown(paths: readonly string[], source: CaseSource, came: Rehearsed): readonly Difference[] {
  const record = 'record' in source ? source.record : null;
  const answer = came.decision === 'released' ? came.data : null;
  return paths.flatMap((path): readonly Difference[] => {
    const values = hiddenAt(record, path);
    const where = `/hidden ${path}`;
    if (values.length === 0) return [{ where, expected: 'a value in the record', came: 'nothing' }];
    return values.flatMap((value) =>
      placesOf(value, { answer, entry: came.entry }).map((place) => ({
        where,
        expected: `nothing of it in the ${place}`,
        came: JSON.stringify(value),
      })),
    );
  });
}
