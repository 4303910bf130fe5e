import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import {
  bankCard,
  email,
  hongKongMacaoPermit,
  landline,
  passport,
  plate,
  realEstateCertificate,
  taiwanPermit,
} from '../semantic/documents.ts';
import { imei, imsi } from '../semantic/mobile-equipment.ts';
import type { TextType } from '../semantic/semantic-type.ts';
import type { SemanticTypeId } from '../semantic/semantic-types.ts';
import { MASK } from './masked.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object({ head: Type.Boolean(), tail: Type.Boolean() }, { additionalProperties: false });

interface Ends {
  readonly id: SemanticTypeId;
  readonly type: TextType;
  /** How many characters are its head and its tail, in the one spelling. */
  readonly head: (text: string) => number;
  readonly tail: (text: string) => number;
}

const ends = (id: SemanticTypeId, type: TextType, [head, tail]: readonly [number, number]): Ends => ({
  id,
  type,
  head: () => head,
  tail: () => tail,
});

/** What may be seen of each kind of number at most; of the middle not even how long it is. */
const KINDS: readonly Ends[] = [
  // PCI DSS 3.4.1 allows the first six and the last four of a card.
  ends('bank-card', bankCard, [6, 4]),
  ends('cn.passport', passport, [1, 2]),
  ends('cn.hk-mo-permit', hongKongMacaoPermit, [1, 2]),
  ends('cn.tw-permit', taiwanPermit, [1, 2]),
  // The province and office that gave it out, and two characters.
  ends('cn.plate', plate, [2, 2]),
  // The register and its year, and two digits with the word 号 that ends it.
  {
    id: 'cn.real-estate-certificate',
    type: realEstateCertificate,
    head: (text) => text.indexOf('第') + 1,
    tail: () => 3,
  },
  // The model; of the device one digit and the check, which leave ten thousand of the model.
  ends('imei', imei, [8, 2]),
  // Country and network.
  ends('imsi', imsi, [5, 2]),
  { id: 'cn.landline', type: landline, head: (text) => text.indexOf('-') + 1, tail: () => 2 },
  {
    id: 'email',
    type: email,
    head: (text) => (text.indexOf('@') > 1 ? 1 : 0),
    tail: (text) => text.length - text.indexOf('@'),
  },
];

function treatmentOf({ id, type, head, tail }: Ends): Treatment {
  return {
    id,
    version: 1,
    titleEn: `${type.titleEn}, masked`,
    titleZh: `${type.titleZh}掩码`,
    technique: 'suppression',
    deterministic: true,
    linkable: 'none',
    reversible: 'nobody',
    keyed: false,
    accepts: { types: ['string'], semantics: [id] },
    parameters: Parameters,
    onMismatch: ANY_MISMATCH,
    answersForMissing: false,
    optional: false,
    reveals: ({ parameters }) => {
      const kept = readParameters(Parameters, parameters);
      return precision(['presence', ...(kept.head ? ['head'] : []), ...(kept.tail ? ['tail'] : [])]);
    },
    emits: () => ({ type: 'string', pattern: '[*]{4}' }),
    compile: ({ parameters }) => {
      const kept = readParameters(Parameters, parameters);
      return (value) => {
        const text = typeof value === 'string' ? type.normalise(value) : undefined;
        if (text === undefined) return UNFIT;
        const front = kept.head ? text.slice(0, head(text)) : '';
        return front + MASK + (kept.tail ? text.slice(text.length - tail(text)) : '');
      };
    },
  };
}

/** Masks of numbers of documents and addresses: 622848****0018, 苏A****45, 025-****34, o****@x.cn. */
export const ENDS_OF_DOCUMENTS: readonly Treatment[] = KINDS.map(treatmentOf);
