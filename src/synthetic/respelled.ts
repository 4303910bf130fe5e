import type { TextType } from '../semantic/semantic-type.ts';

/** A value of that type in the spellings that registers write, itself first; all of them mean the same. */
export function respelled({ normalise }: Pick<TextType, 'normalise'>, value: string): readonly string[] {
  const normal = normalise(value);
  // The 15 digits of a card issued before 1999 lack the century and the check.
  const old = value.slice(0, 6) + value.slice(8, -1);
  return [value, value.replace(/[ -]/g, ''), value.toLowerCase(), value.toUpperCase(), old].filter(
    (text, at, all) => all.indexOf(text) === at && normalise(text) === normal,
  );
}
