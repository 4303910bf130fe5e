import { GATEWAY_OFFICER } from '../domain/freeze.ts';
import { findIdentifiers } from '../semantic/find-identifiers.ts';
import { wordsFrom } from './subject-access.ts';

/**
 * Who ordered something. One person is one word, however it is typed.
 * @throws UsageError if it is missing, empty or too long
 */
export function officerFrom(value: string | undefined): string {
  const officer = wordsFrom(value).normalize('NFKC');
  if (officer.toLowerCase() === GATEWAY_OFFICER) throw new Error('The gateway is no officer.');
  return officer;
}

/**
 * Why. It is kept in clear beside the ledger, and is about no citizen.
 * @throws UsageError if it is missing, empty or too long
 */
export function reasonFrom(value: string | undefined): string {
  const text = wordsFrom(value);
  if (findIdentifiers(text).length > 0)
    throw new Error('A reason holds no identifier of anybody: name a case or a ticket.');
  return text;
}
