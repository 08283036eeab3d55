import { expect, expectTypeOf, test } from 'vitest';
import { pagingKinds, type Urged } from './notification.ts';
import { eventOfKind } from './route.ts';
import { unheardPages } from './unheard.ts';

const service = { name: 'web', environment: 'production', team: 'shop', notify: [] };

type MayPage<Told> = Told extends { kind: infer Kind; urgency: infer How }
  ? 'page' extends How
    ? Kind
    : never
  : never;

test('what may be made as a page, and no other kind, is what nobody hears where nobody is told', () => {
  expectTypeOf<MayPage<Urged>>().toEqualTypeOf<(typeof pagingKinds)[number]>();
  const { events } = unheardPages({ notifiers: [], routes: [] }, service, () => true);
  expect(events.toSorted()).toEqual(pagingKinds.map((kind) => eventOfKind[kind]).toSorted());
});
