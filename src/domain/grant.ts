import type { JsonObject } from './json.ts';
import type { Names } from './party.ts';

/** 依据: what allows the sharing. */
export interface LegalBasis {
  readonly instrument: string;
  readonly article?: string;
}

/** 用途/事项: registered, never free text. */
export interface Purpose {
  readonly id: string;
  readonly name: Names;
  readonly legalBasis: readonly LegalBasis[];
}

/** What happens to a whole answer when a value does not fit its treatment. Passing it through is not among the choices. */
export type OnMismatch = 'fail' | 'drop' | 'redact';

export interface GrantedField {
  /** Path in the record, `*` for every item of an array. */
  readonly path: string;
  readonly treatment: string;
  readonly parameters: JsonObject;
  /** The key under which it leaves; its own if not given. */
  readonly as?: string;
  readonly onMismatch: OnMismatch;
  readonly justification: string;
}

/** 授权: consumer × contract × purpose → fields, each with a treatment, for a time. */
export interface Grant {
  readonly id: string;
  readonly consumer: { readonly department: string; readonly systems: readonly string[] };
  readonly contract: string;
  readonly purpose: string;
  /** Query parameters that the consumer may use. */
  readonly parameters: readonly string[];
  readonly fields: readonly GrantedField[];
  /** RFC 3339; the grant is in force from here … */
  readonly validFrom: string;
  /** … until just before here. */
  readonly validUntil: string;
}
