import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Comparison, compareVersions } from '../../../src/compatibility/compare-versions.ts';
import { type ContractVersion, readContractVersion } from '../../../src/compatibility/contract-version.ts';
import { impactOf } from '../../../src/compatibility/impact.ts';
import { CHANGES, CONTRACT_RULES, NOTHING_TO_DO } from '../../../src/compatibility/rules.ts';
import type { Grant } from '../../../src/domain/grant.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { type VersionParts, versionFolder, withParameter, withProperty } from './versions.ts';

function version(parts: VersionParts = {}): ContractVersion {
  const read = readContractVersion(versionFolder(parts));
  if (read.version === undefined) throw new Error(JSON.stringify(read.faults));
  return read.version;
}

const at = (number: string, parts: VersionParts = {}): ContractVersion =>
  version({
    ...parts,
    contract: { ...parts.contract, version: number, id: `transport.permit.v${number.split('.')[0]}` },
  });

function compared(old: ContractVersion, now: ContractVersion): Comparison {
  const [comparison] = compareVersions([old], now);
  if (comparison === undefined) throw new Error('nothing was compared');
  return comparison;
}

const shown = ({ findings }: Comparison): readonly string[] =>
  findings.map(({ of, rule, where, severity }) => `${severity} ${rule} ${of} ${where}`);

const NEW_FIELD = { type: 'string', maxLength: 9, description: 'x', 'x-classification': 'general-1' };
const WITH_NEW_FIELD = { record: withProperty('added', NEW_FIELD) };
const WITHOUT_FIELD = { record: withProperty('holder.since', undefined) };

describe('a new version', () => {
  it('that is the same is no finding, wherever it is kept and whatever an editor is told', () => {
    const other = version({ contract: { $schema: '../contract.schema.json' } });
    expect(compared(version(), other)).toMatchObject({
      findings: [],
      responseSafe: true,
      requestSafe: true,
      majorRaised: false,
      needsAttention: false,
    });
  });

  it('that only adds an optional field needs nobody, with a higher minor number', () => {
    const comparison = compared(version(), at('1.3.0', WITH_NEW_FIELD));
    expect(shown(comparison)).toEqual(['info property-added-optional response /added']);
    expect(comparison).toMatchObject({ responseSafe: true, requestSafe: true, needsAttention: false });
    expect(comparison.findings[0]?.remedy).toBe(NOTHING_TO_DO);
  });

  it('that adds a field with a higher patch number only is a finding', () => {
    const comparison = compared(version(), at('1.2.4', WITH_NEW_FIELD));
    expect(shown(comparison)).toEqual([
      'error version-needs-minor contract /version',
      'info property-added-optional response /added',
    ]);
    expect(comparison).toMatchObject({ responseSafe: true, requestSafe: true, needsAttention: true });
  });

  it('that only says something in other words may have a higher patch number only', () => {
    const retitled = { title: { en: 'Permits', zh: '许可证' }, population: 1000 };
    const comparison = compared(version(), at('1.2.4', { contract: retitled }));
    expect(shown(comparison)).toEqual([
      'info contract-note-changed contract /title',
      'info contract-note-changed contract /population',
    ]);
    expect(comparison.needsAttention).toBe(false);
  });

  it('that is answered by another source needs nobody', () => {
    const moved = { source: { id: 'transport.permits', path: '/v2/permits/find' } };
    const comparison = compared(version(), at('1.3.0', { contract: moved }));
    expect(shown(comparison)).toEqual(['info source-changed contract /source']);
    expect(comparison.needsAttention).toBe(false);
  });

  it.each(['1.2.3', '1.2.2', '1.1.9'])('with other content under the number %s is a finding', (number) => {
    const comparison = compared(version(), at(number, WITH_NEW_FIELD));
    expect(shown(comparison)).toContain('error version-not-raised contract /version');
    expect(comparison.needsAttention).toBe(true);
  });

  it('that is of an older major is no way round the rules', () => {
    const comparison = compared(at('2.0.0'), at('1.9.9', WITHOUT_FIELD));
    expect(shown(comparison)).toContain('error version-not-raised contract /version');
    expect(comparison).toMatchObject({ majorRaised: false, needsAttention: true });
  });

  it('that counts 1.10.0 after 1.9.0 has raised its number', () => {
    expect(shown(compared(at('1.9.0'), at('1.10.0', WITH_NEW_FIELD)))).toEqual([
      'info property-added-optional response /added',
    ]);
  });

  it('that protects a field less waits for the security officer in a new major version too', () => {
    const graded = (classification: string): VersionParts => ({
      record: withProperty('added', { ...NEW_FIELD, 'x-classification': classification }),
    });
    const across = compared(version(graded('general-4')), at('2.0.0', graded('general-1')));
    expect(shown(across)).toEqual(['error classification-lowered response /added']);
    expect(across).toMatchObject({ majorRaised: true, needsAttention: true });
  });

  it('that breaks readers is a finding within the major, and is listed across majors', () => {
    const finding = 'error property-removed response /holder/since';
    const within = compared(version(), at('1.3.0', WITHOUT_FIELD));
    expect(shown(within)).toEqual([finding]);
    expect(within).toMatchObject({ responseSafe: false, requestSafe: true, majorRaised: false, needsAttention: true });
    const across = compared(version(), at('2.0.0', WITHOUT_FIELD));
    expect(shown(across)).toEqual([finding]);
    expect(across).toMatchObject({ responseSafe: false, requestSafe: true, majorRaised: true, needsAttention: false });
  });

  it('that breaks callers is a finding of the request', () => {
    const tightened = withParameter('number', { type: 'string', maxLength: 10, 'x-filter': '/number' });
    const comparison = compared(version(), at('1.3.0', { query: tightened }));
    expect(shown(comparison)).toEqual(['error constraint-tightened request /number']);
    expect(comparison).toMatchObject({ responseSafe: true, requestSafe: false, needsAttention: true });
    expect(comparison.findings[0]?.remedy).toMatch(/new major version/);
  });

  it('that a rule leaves alone on the one side asks nobody there for the remedy of the other', () => {
    const shorter = { record: withProperty('number', { ...NEW_FIELD, 'x-classification': 'general-2' }) };
    const { findings } = compared(version(), at('1.3.0', shorter));
    expect(findings.find(({ rule }) => rule === 'constraint-tightened')).toMatchObject({
      severity: 'info',
      remedy: NOTHING_TO_DO,
    });
  });

  it('with a warning needs somebody, though nothing breaks', () => {
    const raised = { record: withProperty('number', { ...NEW_FIELD, maxLength: 20, 'x-classification': 'general-4' }) };
    const comparison = compared(version(), at('1.3.0', raised));
    expect(shown(comparison)).toContain('warning classification-raised response /number');
    expect(comparison).toMatchObject({ responseSafe: true, requestSafe: true, needsAttention: true });
  });

  it('is compared with every old one: what was safe to the first may not be to the next', () => {
    const statuses = (...values: readonly string[]): VersionParts => ({
      record: withProperty('status', {
        type: 'string',
        enum: values,
        description: '状态',
        'x-classification': 'general-2',
      }),
    });
    const olds = [at('1.0.0', statuses('valid', 'expired')), at('1.1.0', statuses('valid'))];
    const comparisons = compareVersions(olds, at('1.2.0', statuses('valid', 'expired')));
    expect(comparisons.map(({ old, responseSafe }) => [old.file.version, responseSafe])).toEqual([
      ['1.0.0', true],
      ['1.1.0', false],
    ]);
  });
});

describe('what a finding says', () => {
  it('is a sentence and what to do about it, for every rule', () => {
    for (const { message, remedy } of [...Object.values(CHANGES), ...Object.values(CONTRACT_RULES)]) {
      expect(message).toMatch(/^[a-z].*[^.]$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('quotes no value that is listed or given as an example', () => {
    const record = withProperty('status', {
      type: 'string',
      enum: ['SECRET-VALUE'],
      examples: ['SECRET-VALUE'],
      'x-classification': 'general-2',
    });
    const { findings } = compared(version(), at('1.3.0', { record }));
    expect(findings.map(({ rule }) => rule)).toEqual(['text-changed', 'enum-value-added', 'enum-value-removed']);
    expect(JSON.stringify(findings)).not.toContain('SECRET-VALUE');
  });
});

describe('a folder of a version', () => {
  it('is refused with all its faults if it cannot be compared', () => {
    const { version, faults } = readContractVersion(
      versionFolder({
        query: { ...withParameter('number', { type: 'string', contains: 1 }) },
        record: withProperty('number', { $ref: '#/$defs/nothing' }),
      }),
    );
    expect(version).toBeUndefined();
    expect(faults.length).toBeGreaterThan(0);
    for (const { file } of faults) expect(file).toMatch(/(?:contract|schema)\.json$/);
  });

  it('is refused if it is not there', () => {
    const folder = join(scratchFolder(), 'v1');
    expect(readContractVersion(folder).faults.map(({ file, message }) => [file, message])).toEqual([
      [join(folder, 'contract.json'), 'the file cannot be read'],
      [join(folder, 'schema.json'), 'the file cannot be read'],
    ]);
  });

  it('is refused if its number belongs to another major than its id, under which it is called', () => {
    const { faults } = readContractVersion(versionFolder({ contract: { version: '2.0.0' } }));
    expect(faults.map(({ pointer }) => pointer)).toEqual(['/version']);
  });
});

describe('the grants that a new version touches', () => {
  const grant: Grant = {
    id: 'inspect',
    consumer: { department: 'police', systems: ['police.road'] },
    contract: 'transport.permit.v1',
    purpose: 'inspect',
    parameters: ['number'],
    fields: [
      { path: '/holder/name', treatment: 'keep', parameters: {}, onMismatch: 'fail', justification: 'x' },
      { path: '/holder/name', treatment: 'exists', parameters: {}, onMismatch: 'fail', justification: 'x', as: 'has' },
      { path: '/status', treatment: 'keep', parameters: {}, onMismatch: 'fail', justification: 'x' },
    ],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
  };
  const impact = (parts: VersionParts, more: Partial<Grant> = {}) =>
    impactOf(compareVersions([version()], at('2.0.0', parts)), [
      { file: 'inspect.json', grant: { ...grant, ...more } },
    ]);

  it('are named with what of each is touched, once', () => {
    const parts = {
      record: withProperty('holder.name', { ...NEW_FIELD, 'x-classification': 'general-3' }),
      query: withParameter('number', { type: 'string', 'x-filter': '/number' }),
    };
    expect(impact(parts)).toEqual([
      {
        grant: 'inspect',
        file: 'inspect.json',
        department: 'police',
        systems: ['police.road'],
        contract: 'transport.permit.v1',
        purpose: 'inspect',
        fields: ['/holder/name'],
        parameters: ['number'],
      },
    ]);
  });

  it('are touched by a change of what their field stands in', () => {
    expect(impact({ record: withProperty('holder', undefined) })[0]?.fields).toEqual(['/holder/name']);
  });

  it('are touched by a change of a field that they choose records by', () => {
    const rows = [{ path: '/holder/since', equals: ['2026-01-01'] }];
    expect(impact(WITHOUT_FIELD, { rows })[0]?.fields).toEqual(['/holder/since']);
  });

  it('are not touched by a field that they do not hold, however its name begins', () => {
    expect(impact(WITHOUT_FIELD)).toEqual([]);
    expect(impact({ record: withProperty('statusText', NEW_FIELD) })).toEqual([]);
  });

  it('are not touched by a change of words', () => {
    const described = { type: 'string', maxLength: 20, enum: ['valid', 'expired'], 'x-classification': 'general-2' };
    expect(impact({ record: withProperty('status', { ...described, description: 'of it' }) })).toEqual([]);
  });

  it('are not those on another contract or another major', () => {
    expect(impact({ record: withProperty('status', undefined) })).toHaveLength(1);
    expect(impact({ record: withProperty('status', undefined) }, { contract: 'transport.permit.v2' })).toEqual([]);
  });
});
