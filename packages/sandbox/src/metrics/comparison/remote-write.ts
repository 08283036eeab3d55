import { request } from 'undici';
import type { Labels } from '../labels.ts';

/** A sample to hand to Prometheus; `stale` says that the series ended. */
export interface WrittenSample {
  labels: Labels;
  at: number;
  value: number;
  stale: boolean;
}

/**
 * Writes samples into a Prometheus that takes remote writes, so that a test decides every instant and every staleness
 * mark. https://prometheus.io/docs/concepts/remote_write_spec/
 * @throws Error when the samples are refused
 */
export async function remoteWrite(url: string, samples: readonly WrittenSample[]): Promise<void> {
  const message = Buffer.concat(samples.map((sample) => field(1, timeSeries(sample))));
  const { statusCode, body } = await request(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: snappyOfLiterals(message),
  });
  const answer = await body.text();
  if (statusCode !== 204) throw new Error(`remote write: HTTP ${statusCode} ${answer}`);
}

// prometheus/prompb/types.proto: TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
function timeSeries(sample: WrittenSample): Buffer {
  const labels = [...sample.labels].map(([name, value]) =>
    field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])),
  );
  return Buffer.concat([...labels, field(2, protoSample(sample))]);
}

const staleNaN = Buffer.from('020000000000f07f', 'hex');

// Sample { double value = 1; int64 timestamp = 2; }
function protoSample({ value, stale, at }: WrittenSample): Buffer {
  const double = Buffer.alloc(8);
  if (stale) staleNaN.copy(double);
  else double.writeDoubleLE(value);
  return Buffer.concat([Buffer.from([(1 << 3) | 1]), double, Buffer.from([2 << 3]), varint(at)]);
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

/** Snappy's block format without any compression: literals only, 64 KiB each. */
function snappyOfLiterals(content: Buffer): Buffer {
  const parts = [varint(content.length)];
  for (let start = 0; start < content.length; start += 65_536) {
    const chunk = content.subarray(start, start + 65_536);
    const length = Buffer.alloc(2);
    length.writeUInt16LE(chunk.length - 1);
    parts.push(Buffer.from([61 << 2]), length, chunk);
  }
  return Buffer.concat(parts);
}
