import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from './address-policy.ts';

describe('the address policy', () => {
  const policy = createAddressPolicy();

  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.8.9.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::7f00:1', 'IPv4-compatible'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['64:ff9b::a9fe:a9fe', 'link local'],
    ['64:ff9b:1:7f00:1::', 'special'],
    ['169.254.169.254', 'link local'],
    ['::ffff:169.254.169.254', 'link local'],
    ['169.254.170.2', 'link local'],
    ['fe80::1', 'link local'],
    ['fe80::1%eth0', 'link local'],
    ['fd00:ec2::254', 'metadata service of AWS'],
    ['fd00:ec2::23', 'metadata service of AWS'],
    ['fd20:ce::254', 'metadata service of Google'],
    ['168.63.129.16', 'Azure'],
    ['::ffff:168.63.129.16', 'Azure'],
    ['100.100.100.200', 'Alibaba'],
    ['192.0.0.192', 'reserved'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['::ffff:0.0.0.0', 'unspecified'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['240.0.0.1', 'reserved'],
    ['2002:7f00:1::', '6to4'],
    ['fec0::1', 'site local'],
    ['::ffff:0:7f00:1', 'special'],
    ['localhost', 'not an IP address'],
    ['', 'not an IP address'],
  ])('refuses %s', (address, word) => {
    expect(policy.refusal(address, 'some.name', 80)).toContain(word);
  });

  const inner = [
    '10.0.0.1',
    '172.16.4.4',
    '192.168.1.1',
    '100.64.0.9',
    'fd12:3456::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
  ];
  const outer = ['93.184.216.34', '2606:2800::1', '::ffff:93.184.216.34', '64:ff9b::5db8:d822'];

  it.each(outer)('takes the public %s, unless the list says otherwise', (address) => {
    expect(policy.refusal(address, 'some.name', 80)).toBeNull();
    for (const list of [[], ['10.0.0.0/8'], ['other.name', 'some.name:81']])
      expect(createAddressPolicy(list).refusal(address, 'some.name', 80)).toBe(
        `${address} is not on the list`,
      );
  });

  it.each(inner)('takes the private %s for a name of the list alone, or by its range', (address) => {
    expect(policy.refusal(address, 'some.name', 80)).toBe(`${address} is not on the list`);
    expect(createAddressPolicy(['some.name']).refusal(address, 'some.name', 80)).toBeNull();
    expect(createAddressPolicy(['*.name']).refusal(address, 'some.name', 80)).toBeNull();
    const ranges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fd00::/8'];
    expect(createAddressPolicy(ranges).refusal(address, 'some.name', 80)).toBeNull();
  });

  it('lets a name become no way to this machine or to a metadata service', () => {
    const named = createAddressPolicy(['some.name', '*.below.name', 'Dotted.Name.']);
    for (const address of ['127.0.0.1', '169.254.169.254', '::1', 'fd00:ec2::254', '100.100.100.200'])
      expect(named.refusal(address, 'some.name', 80)).not.toBeNull();
    for (const host of ['SOME.name', 'some.name.', 'a.b.below.name', 'dotted.name'])
      expect(named.refusal('10.0.0.1', host, 80)).toBeNull();
    for (const host of ['xsome.name', 'a.some.name', 'below.name', 'xbelow.name', 'some.name.evil'])
      expect(named.refusal('10.0.0.1', host, 80)).not.toBeNull();
  });

  it.each<[string[], string, boolean]>([
    [['public'], 'shop.example.com', true],
    [['public'], '10.0.0.1', false],
    [['public'], 'localhost', false],
    [['public'], 'x.localhost.', false],
    [['public'], 'localhost..', false],
    [['127.0.0.0/8'], 'localhost', true],
    [['localhost:80'], 'localhost', true],
    [['localhost:81'], 'localhost', false],
    [['10.0.0.0/8'], 'any.name', true],
    [['public'], 'web', false],
    [['public'], 'web.shop.svc.cluster.local', false],
    [['public', '*.cluster.local'], 'web.shop.svc.cluster.local', true],
    [['public'], 'web.shop.internal.', false],
    [['public', '10.0.0.0/8'], 'web', true],
    [['some.name'], 'other.name', false],
    [['some.name'], 'some.name', true],
    [[], 'shop.example.com', false],
    [['public'], '[::ffff:7f00:1]', false],
    [['public'], '[2606:2800::1]', true],
  ])('says of %j before anything is resolved whether %s may be asked', (list, host, may) => {
    expect(createAddressPolicy(list).refusalOfHost(host, 80) === null).toBe(may);
  });

  it('takes what the configuration allows, and nothing more', () => {
    const loose = createAddressPolicy(['127.0.0.0/8', '::1', 'Metadata.test:8080', '[fe80::1]:9090']);
    expect(loose.refusal('127.0.0.1', 'a', 1)).toBeNull();
    expect(loose.refusal('::ffff:127.0.0.1', 'a', 1)).toBeNull();
    expect(loose.refusal('::1', 'a', 1)).toBeNull();
    expect(loose.refusal('::2', 'a', 1)).not.toBeNull();
    expect(loose.refusal('169.254.169.254', 'metadata.test', 8080)).toBeNull();
    expect(loose.refusal('169.254.169.254', 'metadata.test', 80)).not.toBeNull();
    expect(loose.refusal('169.254.169.254', 'other.test', 8080)).not.toBeNull();
    expect(loose.refusal('fe80::1', 'fe80::1', 9090)).toBeNull();
  });

  it.each([
    'everything',
    '*',
    '10.0.0.0/33',
    '10.0.0.300',
    'http://x:80',
    'a b:80',
    '',
    '*.',
    'a..b',
    'a.b:0',
    'a.b:65536',
  ])('does not guess what %j allows', (entry) => {
    expect(() => createAddressPolicy([entry])).toThrow('is no address, no CIDR range, no host:port');
  });
});
