import { Prose } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';
import { Instant, named, nullable, strict } from '../../wire/named.ts';

/** A week. */
const mostMinutes = 10_080;

export const AcknowledgementInput = named(
  'AcknowledgementInput',
  strict({
    note: Type.Optional(Prose({ description: 'What is known, or what is being done about it.' })),
    minutes: Type.Integer({
      minimum: 1,
      maximum: mostMinutes,
      description: 'For how long nobody else has to be called; at most a week.',
    }),
  }),
);

/** Somebody has taken on what fires. */
export const Acknowledgement = named(
  'Acknowledgement',
  Type.Object({
    by: Type.String(),
    note: nullable(Type.String()),
    at: Instant,
    until: Instant,
  }),
);
export type Acknowledgement = Static<typeof Acknowledgement>;
