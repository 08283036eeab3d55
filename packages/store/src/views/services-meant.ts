import type { ServiceWhereInput } from '../generated/models.ts';
import { given } from './given.ts';
import { literally } from './literally.ts';
import type { ServiceFilter } from './view-rows.ts';

type Asked = { [K in keyof ServiceFilter]?: ServiceFilter[K] | undefined };

/** The services that fit every condition; all of them where none is given. */
export function servicesMeant({ search = '', team, environment, label }: Asked): ServiceWhereInput {
  const words = search.split(/\s+/).filter(Boolean);
  return {
    AND: [
      ...words.map((word) => ({
        OR: [{ key: partly(word) }, { environment: partly(word) }, { team: partly(word) }],
      })),
      given({ team: team && partly(team), environment: environment && partly(environment) }),
      label ? labelled(label) : {},
    ],
  };
}

/** Whether any of these conditions is given. */
export function isNarrowed({ search, team, environment, label }: Asked): boolean {
  return Boolean(search?.trim() || team || environment || label);
}

function labelled({ name, value }: ServiceFilter['label']): ServiceWhereInput {
  // A label that is not there is no value at all, which equals nothing.
  return { labels: { path: [name], ...(value === null ? { string_contains: '' } : { equals: value }) } };
}

function partly(text: string) {
  return { contains: literally(text), mode: 'insensitive' as const };
}
