import type { Fault } from '../domain/fault.ts';
import type { JsonSchema } from '../domain/json.ts';
import { type Costly, costOf, MAX_WAYS } from './pattern-cost.ts';

const WHY: Readonly<Record<Costly, { readonly message: string; readonly remedy: string }>> = {
  'look-around': {
    message: 'the pattern looks ahead or behind',
    remedy: 'Say it with alternatives and classes, or by another keyword such as minLength.',
  },
  'back-reference': {
    message: 'the pattern refers back to a group',
    remedy: 'Leave it out: how long it takes cannot be bounded.',
  },
  'repeats-nothing': {
    message: 'the pattern repeats without bound what may be empty',
    remedy: 'Repeat something that is at least one character: (?:a+)? instead of (?:a*)*.',
  },
  'too-many-ways': {
    message: `for some text there are more than ${MAX_WAYS} ways to read it by the pattern, so that its time grows faster than the text`,
    remedy:
      'Begin it with ^ if it repeats anything, and let what follows a repetition begin with what cannot belong to it: ^[^,]+(?:,[^,]+)*$ instead of ^(?:[^,]+,?)*$.',
  },
  'too-large': {
    message: 'the pattern is too large to tell how long it takes',
    remedy: 'Bound the length by maxLength instead of by counted repetitions.',
  },
  unknown: {
    message: 'the pattern says something that this gateway cannot tell the time of',
    remedy: 'Use literals, classes, groups, alternatives and repetitions.',
  },
};

/** Whether somebody who chooses the text can make the pattern of this schema take long, and why. */
export function patternFindings({ pattern }: JsonSchema, pointer: string): readonly Omit<Fault, 'file'>[] {
  const cost = typeof pattern === 'string' ? costOf(pattern) : undefined;
  return cost === undefined ? [] : [{ pointer: `${pointer}/pattern`, ...WHY[cost] }];
}
