import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Decides which addresses Lastgood may dial for somebody else. */
export interface AddressPolicy {
  /** Why this address must not be dialled for `host:port`; null when it may. */
  refusal(address: string, host: string, port: number): string | null;
}

// Ordinary and private addresses: services inside a cluster live on private ones.
const ordinaryRanges = new Set(['unicast', 'private', 'carrierGradeNat', 'uniqueLocal']);

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

/** `allowed`: addresses, CIDR ranges, or `host:port`. Throws when an entry is none of them. */
export function createAddressPolicy(allowed: readonly string[] = []): AddressPolicy {
  const entries = allowed.map(parseEntry);
  const ranges = entries.flatMap((entry) => (typeof entry === 'string' ? [] : [entry]));
  const endpoints = new Set(entries.filter((entry) => typeof entry === 'string'));

  return {
    refusal(address, host, port) {
      const literal = address.replace(/%.*$/, '');
      if (!ipaddr.isValid(literal)) return `${address} is not an IP address`;
      const parsed = ipaddr.parse(literal);
      const dialled = innermost(parsed);
      if (endpoints.has(endpoint(host, port))) return null;
      if (ranges.some((range) => within(parsed, range) || within(dialled, range))) return null;
      return specialUse(dialled) ?? specialUse(parsed);
    },
  };
}

function parseEntry(entry: string): Range | string {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (isIP(entry) !== 0) {
    const address = ipaddr.parse(entry);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  }
  const match = /^(\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(entry);
  if (match === null)
    throw new Error(`allowedAddresses: "${entry}" is no address, no CIDR range and no host:port.`);
  return endpoint(match[1] ?? '', Number(match[2]));
}

function endpoint(host: string, port: number): string {
  return `${host.replace(/^\[|\]$/g, '').toLowerCase()} ${port}`;
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
