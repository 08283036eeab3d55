import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Decides which addresses Lastgood may dial for somebody else. */
export interface AddressPolicy {
  /** Why `host:port` must not be asked whatever it resolves to, by what is written alone; null when that depends, or it may. */
  refusalOfHost(host: string, port: number): string | null;
  /** Why this address must not be dialled for `host:port`; null when it may. */
  refusal(address: string, host: string, port: number): string | null;
}

/** Stands in the list for every address of the public internet. */
const anyPublic = 'public';

// Ordinary and private addresses: services inside a cluster live on private ones, and have names.
const ordinaryRanges = new Set(['unicast', 'private', 'carrierGradeNat', 'uniqueLocal']);

// https://www.iana.org/assignments/ipv6-address-space: what is given out to be reached from everywhere.
const globalUnicast: Range = ipaddr.parseCIDR('2000::/3');

/**
 * Metadata services that hand out credentials from addresses that look ordinary. (169.254.0.0/16 is refused as
 * link-local: AWS, Google, Azure, OpenStack, ECS and EKS.)
 */
const metadataRanges: [Range, string][] = [
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
  [ipaddr.parseCIDR('fd00:ec2::/32'), 'the metadata service of AWS'],
  // https://cloud.google.com/compute/docs/metadata/querying-metadata
  [ipaddr.parseCIDR('fd20:ce::254/128'), 'the metadata service of Google Cloud'],
  // https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  [ipaddr.parseCIDR('168.63.129.16/32'), 'the host service of Azure'],
  // https://www.alibabacloud.com/help/ecs/user-guide/view-instance-metadata
  [ipaddr.parseCIDR('100.100.100.200/32'), 'the metadata service of Alibaba Cloud'],
];

// IPv4-compatible addresses, long deprecated; some systems dial the IPv4 address inside.
const compatible: Range = ipaddr.parseCIDR('::/96');

// NAT64: https://www.rfc-editor.org/rfc/rfc6052. (64:ff9b:1::/48 has no fixed place for the IPv4 address and is refused.)
const translated: Range = ipaddr.parseCIDR('64:ff9b::/96');

type AllowedEntry =
  | { kind: 'range'; range: Range }
  | { kind: 'endpoint'; endpoint: string }
  | { kind: 'name'; suffix: string; exact: boolean }
  | { kind: 'public' };

/**
 * Nothing may be dialled but what the list says: an address, a CIDR range, `host:port`, a host name with a dot (`*.` in front: all
 * below it), or `public`. `host:port` allows whatever the name resolves to. A name alone allows no special address: it
 * is not to become a way to this machine or to a metadata service. Throws when an entry is none of them.
 */
export function createAddressPolicy(allowed: readonly string[] = [anyPublic]): AddressPolicy {
  const entries = allowed.map(parseEntry);
  const isInRange = (address: Address) =>
    entries.some((entry) => entry.kind === 'range' && within(address, entry.range));
  const isEndpoint = (host: string, port: number) =>
    entries.some((entry) => entry.kind === 'endpoint' && entry.endpoint === endpoint(host, port));
  const isNamed = (host: string) =>
    entries.some((entry) => entry.kind === 'name' && isBelow(entry, bareHost(host)));
  const hasPublic = entries.some(({ kind }) => kind === 'public');
  const hasRanges = entries.some(({ kind }) => kind === 'range');

  function refusal(address: string, host: string, port: number): string | null {
    const literal = address.replace(/%.*$/, '');
    if (!ipaddr.isValid(literal)) return `${address} is not an IP address`;
    const parsed = ipaddr.parse(literal);
    const dialled = innermost(parsed);
    if (isEndpoint(host, port) || isInRange(parsed) || isInRange(dialled)) return null;
    const special = specialUse(dialled) ?? specialUse(parsed);
    if (special !== null) return special;
    if (isNamed(host) || (hasPublic && isPublic(dialled))) return null;
    return `${address} is not on the list`;
  }

  return {
    refusal,
    refusalOfHost(host, port) {
      const bare = bareHost(host);
      if (isIP(bare) !== 0) return refusal(bare, host, port);
      if (isEndpoint(host, port)) return null;
      if (/(^|\.)localhost$/.test(bare))
        return loopback.some(isInRange) ? null : `${bare} is this machine (loopback)`;
      if (isNamed(host) || hasRanges) return null;
      return hasPublic && !isInnerName(bare) ? null : `${bare} is not on the list`;
    },
  };
}

/**
 * Names that the public internet does not have: a word alone, and what networks name themselves by
 * (https://www.iana.org/assignments/special-use-domain-names, and Kubernetes' own). So whoever declares one hears of it at once, and
 * not by a check that never passes.
 */
function isInnerName(host: string): boolean {
  return (
    !host.includes('.') ||
    /\.(local|localdomain|internal|svc|lan|home|corp|intranet|private|home\.arpa)$/.test(host)
  );
}

const loopback = [ipaddr.parse('127.0.0.1'), ipaddr.parse('::1')];

/** With a dot: a word alone is likelier a mistake than the name of a host. The last label of a name is no number. */
const hostName = /^(?=.*\.)(\*\.)?((?:[a-z0-9_-]{1,63}\.)*[a-z0-9-]*[a-z][a-z0-9-]*)$/;

function parseEntry(entry: string): AllowedEntry {
  if (entry === anyPublic) return { kind: 'public' };
  if (ipaddr.isValidCIDR(entry)) return { kind: 'range', range: ipaddr.parseCIDR(entry) };
  if (isIP(entry) !== 0) {
    const address = ipaddr.parse(entry);
    return { kind: 'range', range: [address, address.kind() === 'ipv4' ? 32 : 128] };
  }
  const name = hostName.exec(bareHost(entry));
  if (name) return { kind: 'name', suffix: name[2] ?? '', exact: name[1] === undefined };
  const match = /^(\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(entry);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65_535)
    throw new Error(
      `allowedAddresses: "${entry}" is no address, no CIDR range, no host:port, no host name with a dot and not "${anyPublic}".`,
    );
  return { kind: 'endpoint', endpoint: endpoint(match[1] ?? '', port) };
}

function isBelow({ suffix, exact }: { suffix: string; exact: boolean }, host: string): boolean {
  return exact ? host === suffix : host.endsWith(`.${suffix}`);
}

/** One host in one spelling: no brackets, no capitals, no dots at the end. */
function bareHost(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
    .toLowerCase();
}

function endpoint(host: string, port: number): string {
  return `${bareHost(host)} ${port}`;
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || within(address, globalUnicast);
}

/** The IPv4 address that a mapped (::ffff:0:0/96) or translated (64:ff9b::/96) IPv6 address leads to. */
function innermost(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return within(address, translated) ? new ipaddr.IPv4(address.toByteArray().slice(-4)) : address;
}

function specialUse(address: Address): string | null {
  const metadata = metadataRanges.find(([range]) => within(address, range));
  if (metadata !== undefined) return `${address} is ${metadata[1]}`;
  const range = address.range();
  if (range === 'ipv4Mapped' || within(address, translated)) return null;
  if (!ordinaryRanges.has(range)) return `${address} is a special address (${words(range)})`;
  return within(address, compatible) ? `${address} is a special address (IPv4-compatible)` : null;
}

function within(address: Address, [network, bits]: Range): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}

/** "linkLocal" as "link local" */
function words(range: string): string {
  return range.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
