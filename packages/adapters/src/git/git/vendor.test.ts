import { Check } from 'typebox/value';
import { expect, it } from 'vitest';
import { gitProgram } from './vendor.ts';

it('takes addresses of the protocols it speaks and no others', () => {
  const fits = (url: string) => Check(gitProgram.settings, { url });
  for (const url of ['https://git.example/a.git', 'ssh://git@git.example:22/a.git', 'file:///srv/a.git'])
    expect(fits(url), url).toBe(true);
  for (const url of ['ext::sh -c id', '--upload-pack=x', 'git://git.example/a', '/srv/a.git', 'https://a b'])
    expect(fits(url), url).toBe(false);
});

it('takes a proxy that curl can read, so that it quotes none with its password', () => {
  const fits = (proxy: string) => Check(gitProgram.settings, { url: 'https://git.example/a.git', proxy });
  for (const proxy of ['http://proxy.example:3128', 'https://u:p@proxy.example', 'socks5h://10.0.0.1:1080/'])
    expect(fits(proxy), proxy).toBe(true);
  for (const proxy of [
    'proxy.example:3128',
    'http://u:p@',
    'http://u:p@proxy:x',
    'ftp://p.example',
    'http://a b',
  ])
    expect(fits(proxy), proxy).toBe(false);
});

it('starts the paths of its files and of its folder at the folder of the configuration', () =>
  expect(gitProgram.files).toEqual(['sshKeyFile', 'knownHostsFile', 'folder']));

it.each<[object, string | undefined]>([
  [{ url: 'https://git.example/a.git', username: 'bot', password: 'x' }, undefined],
  [{ url: 'https://bot:x@git.example/a.git' }, 'a password in url'],
  [{ url: 'ssh://git@git.example/a.git' }, 'ssh without knownHostsFile'],
  [{ url: 'ssh://git@git.example/a.git', knownHostsFile: '/etc/known' }, undefined],
  [{ url: 'http://git.example/a.git', password: 'x' }, 'a password for http'],
])('says what does not go together in %j', (settings, found) =>
  expect(gitProgram.contradiction(settings)?.found).toBe(found),
);
