import { aspects, longestText, mostListed } from '@lastgood/domain';
import { type Static, Type } from 'typebox';
import { literals, named, nullable, ref } from '../../wire/named.ts';

export const Difference = named(
  'Difference',
  Type.Object({
    aspect: literals(aspects),
    path: Type.String({ description: 'Where, in words: "container app env LOG_LEVEL".' }),
    before: nullable(Type.String(), 'Null where there was nothing, or nothing that is known.'),
    after: nullable(Type.String()),
    kind: literals(['added', 'removed', 'changed']),
    hidden: Type.Boolean({ description: 'The values may be secret, so they are not told.' }),
  }),
);

export const Differences = named(
  'Differences',
  Type.Object({
    items: Type.Array(ref(Difference), {
      description: `Images first. At most ${mostListed}, texts of at most ${longestText} characters.`,
    }),
    more: Type.Integer({ description: 'How many more there are.' }),
    unknown: Type.Array(Type.String(), { description: 'What could not be compared, in words.' }),
    sentence: nullable(
      Type.String(),
      'In a few words: "image v42 → v41, 2 other changes"; null where nothing differs, or where that is not known.',
    ),
  }),
);
export type Differences = Static<typeof Differences>;

const CommitRef = named(
  'CommitRef',
  Type.Object({
    commit: nullable(Type.String(), 'Null where none is recorded.'),
    url: nullable(Type.String(), 'By the `commitUrl` of the service; null without it.'),
  }),
);

/** The commits of two releases, with links where the service says where they are shown. */
export const CommitRange = named(
  'CommitRange',
  Type.Object({
    from: ref(CommitRef),
    to: ref(CommitRef),
    compareUrl: nullable(
      Type.String(),
      'All between the two, older first, by the `compareUrl` of the service.',
    ),
  }),
);
export type CommitRange = Static<typeof CommitRange>;
