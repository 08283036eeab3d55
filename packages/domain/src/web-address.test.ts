import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unfitWebAddress } from './web-address.ts';

test.each([
  'https://ci.example.com/run/1?tab=log#step-3',
  'http://[::1]:8080/health',
  'HTTPS://ci.example.com',
  'https://example.com/@someone/repo',
  'https://example.com/?mail=a@b',
])('%s is an address', (address) => expect(unfitWebAddress(address)).toBeNull());

test.each([
  ['https://user:password@example.com/', /before the @/],
  ['https://:password@example.com/', /before the @/],
  ['https://token@example.com', /before the @/],
  ['https://@example.com', /before the @/],
  ['javascript:alert(1)', /not javascript/],
  ['JaVaScRiPt://example.com/%0aalert(1)', /not javascript/],
  ['java\nscript:alert(1)', /line breaks/],
  [' https://example.com', /spaces/],
  ['data:text/html,<script>alert(1)</script>', /not data/],
  ['vbscript:x', /not vbscript/],
  ['file:///etc/passwd', /not file/],
  ['//example.com', /not a URL/],
  ['https:example.com', /begin with/],
  ['https://', /not a URL/],
  ['', /not a URL/],
])('%j is refused in words', (address, why) => expect(unfitWebAddress(address)).toMatch(why));

test('whatever a browser would read a user or a password from is refused', () => {
  const part = fc.string({ maxLength: 8, unit: 'grapheme' });
  fc.assert(
    fc.property(part, part, part, (user, password, path) => {
      const text = `https://${user}:${password}@example.com/${path}`;
      const url = URL.parse(text);
      if (!url || (url.username === '' && url.password === '')) return;
      expect(unfitWebAddress(text)).not.toBeNull();
    }),
  );
});
