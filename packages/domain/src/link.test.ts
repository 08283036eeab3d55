import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commitLink, compareLink, filledLink, unfitLink, unfitPattern } from './link.ts';

const values = {
  SERVICE: 'web',
  CLUSTER: 'eu',
  VERSION: 'v1 & v2',
  START_MS: '1767225600000',
  COMMIT: undefined,
};
const fill = (url: string) => filledLink({ title: 'logs', url }, values)?.url ?? null;

const hostile = fc.constantFrom(...'./?#@:\\%&=$ \n\t\u0000\ud800aé');

describe('a link', () => {
  test.each([
    'https://wiki.example.com/runbooks/$SERVICE',
    'https://grafana.$CLUSTER.example.com/d/x?from=$START_MS&var-v=$VERSION',
    'http://logs/?q=$POD_TEMPLATE_HASH',
  ])('%s can be declared', (url) => expect(unfitLink(url)).toBeNull());

  test.each([
    ['https://example.com/$SERVIC', /\$SERVIC, which is not known/],
    ['https://$VERSION.example.com/', /before the path/],
    ['$SERVICE://example.com/', /before the path|not a URL|must be http/],
    ['javascript:alert($SERVICE)', /not javascript/],
    ['https://user:pw@example.com/$SERVICE', /before the @/],
    ['/runbooks/$SERVICE', /not a URL/],
  ])('%s cannot: %s', (url, why) => expect(unfitLink(url)).toMatch(why));

  test('is filled in and encoded', () => {
    expect(fill('https://g.$CLUSTER.example.com/d?v=$VERSION&from=$START_MS')).toBe(
      'https://g.eu.example.com/d?v=v1%20%26%20v2&from=1767225600000',
    );
  });

  test('is left out while a value is not known', () => {
    expect(fill('https://example.com/$COMMIT')).toBeNull();
    expect(fill('https://example.com/$POD_TEMPLATE_HASH')).toBeNull();
  });

  test('stays where it was declared to lead, whatever a pipeline calls its version', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12, unit: hostile }), (version) => {
        const found = filledLink(
          { title: '', url: 'https://example.com/a/$VERSION/b?v=$VERSION#$VERSION' },
          { VERSION: version },
        );
        if (!found) return;
        const url = new URL(found.url);
        expect(url.origin).toBe('https://example.com');
        expect(url.pathname.split('/').slice(0, 2)).toEqual(['', 'a']);
        expect([...url.searchParams.keys()]).toEqual(['v']);
      }),
    );
  });
});

describe('where commits are shown', () => {
  const links = {
    commitUrl: 'https://git.example.com/shop/commit/{commit}',
    compareUrl: 'https://git.example.com/shop/compare/{from}...{to}',
  };

  test('one, and all between two', () => {
    expect(commitLink(links, 'a1b2')).toBe('https://git.example.com/shop/commit/a1b2');
    expect(compareLink(links, 'a1', 'b2')).toBe('https://git.example.com/shop/compare/a1...b2');
    expect(commitLink(links, null)).toBeNull();
    expect(commitLink(links, '..')).toBeNull();
    expect(compareLink(links, 'a1', 'a1')).toBeNull();
    expect(compareLink({ ...links, compareUrl: null }, 'a1', 'b2')).toBeNull();
    expect(commitLink(links, 'x/../../evil?y')).toBe(
      'https://git.example.com/shop/commit/x%2F..%2F..%2Fevil%3Fy',
    );
  });

  test.each([
    ['https://git.example.com/commits', /must have \{commit\}/],
    ['https://git.example.com/{commit}/{branch}', /\{branch\}, which is not known/],
    ['https://{commit}.example.com/', /before the path/],
    ['ftp://git.example.com/{commit}', /not ftp/],
  ])('%s does not say where', (pattern, why) => expect(unfitPattern(pattern, ['commit'])).toMatch(why));

  test('does where its names stand in it', () => {
    expect(unfitPattern(links.commitUrl, ['commit'])).toBeNull();
    expect(unfitPattern(links.compareUrl, ['from', 'to'])).toBeNull();
  });
});
