import type { PlanPreview, Unregistered } from '@lastgood/api-client';
import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ChooseUnregistered } from './choose-unregistered.tsx';
import { stillOffered, warningsBeside } from './offered.ts';

const schema: Unregistered = {
  ...{ service: 'main/shop/web', name: 'migration/orders', kind: 'migration', included: false },
  text: 'The schema of orders moved from 17 to 18 after v2 was registered.',
  act: 'Take the schema of orders back to 17',
};
const flag: Unregistered = {
  ...{ service: 'main/shop/edge', name: 'flag/f', kind: 'flag', included: true },
  text: 'Flag f moved from off to on after v9 was registered.',
  act: 'Take flag f back to off',
};

const shown = (offered: readonly Unregistered[], chosen: readonly string[] = []) =>
  renderToStaticMarkup(
    <MantineProvider>
      <ChooseUnregistered
        {...{ offered, chosen, serviceName: 'web', letter: 'r' }}
        choose={() => undefined}
        press={() => undefined}
      />
    </MantineProvider>,
  );

test('what was seen is said with what a tick would do, and only what is ticked is ticked', () => {
  const html = shown([schema, flag], [flag.name]);
  expect(html).toContain(schema.act);
  expect(html).toContain(`>${schema.text}`);
  // Of another service of the group it is said whose it is.
  expect(html).toContain(`>Of edge: ${flag.text}`);
  const boxes = html.match(/<input[^>]*type="checkbox"[^>]*>/g) ?? [];
  expect(boxes.map((box) => / checked=/.test(box))).toEqual([false, true]);
  expect(html).toMatch(/<fieldset[^>]*aria-describedby="([^"]+)".*<p id="\1"/s);
});

test('nothing is shown where nothing was seen', () => expect(shown([])).not.toMatch(/fieldset|checkbox/));

test('what has gone back meanwhile is not asked for', () =>
  expect(stillOffered([schema], ['flag/f', schema.name])).toEqual([schema.name]));

test('a warning of what moved after the ticks were offered is said: no tick says it', () => {
  const warnings = [`Seen, but not registered: ${schema.text} It stays.`];
  const preview = { plan: { warnings }, unregistered: [schema] } as unknown as PlanPreview;
  const earlier = { ...schema, text: schema.text.replace('to 18', 'to 19') };
  expect(warningsBeside(preview, [])).toEqual(warnings);
  expect(warningsBeside(preview, [flag, earlier])).toEqual(warnings);
});

test('a warning that a tick says already is not said twice, and every other one is', () => {
  const warnings = [`Seen, but not registered: ${schema.text} It stays.`, 'There is no check.', flag.text];
  const preview = { plan: { warnings }, unregistered: [schema, flag] } as unknown as PlanPreview;
  expect(warningsBeside(preview, [schema, flag])).toEqual(['There is no check.', flag.text]);
  expect(warningsBeside({ ...preview, plan: null }, [schema])).toEqual([]);
});
