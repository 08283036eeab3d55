import { Text } from '@lastgood/domain/bounds';
import type { ServiceFilter, TimeRange } from '@lastgood/store/views/view-rows';
import { type Static, Type } from 'typebox';
import { ProblemError } from '../problems/problem-error.ts';
import { GivenInstant, strict } from '../wire/named.ts';

/** What narrows a list by the services it is about. */
export const ServiceQuery = strict({
  search: Type.Optional(
    Text(200, {
      description: 'Words, each of which is in the key, the environment or the team, without case.',
    }),
  ),
  team: Type.Optional(Text(63, { description: 'A part of the name of the team, without case.' })),
  label: Type.Optional(
    Text(464, { description: 'NAME=VALUE, or NAME alone for any value, as the services declare it.' }),
  ),
  environment: Type.Optional(
    Text(200, { description: 'A part of the name of the environment, without case.' }),
  ),
});

/** What narrows a list by when it happened. */
export const TimeQuery = strict({
  from: Type.Optional(GivenInstant('From this instant on.')),
  to: Type.Optional(GivenInstant('Until before this instant.')),
});

type Asked<T> = { [K in keyof T]: T[K] | undefined };

export function servicesIn(query: Static<typeof ServiceQuery>): Asked<ServiceFilter> {
  const { search, team, environment, label } = query;
  return { search, team, environment, label: label ? labelOf(label) : undefined };
}

function labelOf(text: string): ServiceFilter['label'] {
  const end = text.indexOf('=');
  return end === -1 ? { name: text, value: null } : { name: text.slice(0, end), value: text.slice(end + 1) };
}

export function rangeIn({ from, to }: Static<typeof TimeQuery>): Asked<TimeRange> {
  const range = { from: instantOf(from), to: instantOf(to) };
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) throw badRange(from);
  return range;
}

function badRange(from: string | undefined): ProblemError {
  const message = `is not after \`from\`, ${from}`;
  const detail = `\`to\` ${message}. Give a later instant, or leave one of them out.`;
  return new ProblemError(400, 'invalid-request', detail, { errors: [{ path: 'to', message }] });
}

const instantOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);
