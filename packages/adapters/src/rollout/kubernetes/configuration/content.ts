/** What a ConfigMap or a Secret holds, as the API server sends it: `data` of a Secret and all `binaryData` in base64. */
export interface Content {
  /** Of a Secret alone. */
  type?: string;
  data: Record<string, string>;
  binaryData: Record<string, string>;
}

interface Served {
  type?: string;
  data?: Record<string, string> | null;
  binaryData?: Record<string, string> | null;
}

export function contentOf({ type, data, binaryData }: Served): Content {
  return { ...(type === undefined ? {} : { type }), data: data ?? {}, binaryData: binaryData ?? {} };
}

/** The same text for the same contents, in whatever order they are sent. */
export function contentText({ type, data, binaryData }: Content): string {
  return JSON.stringify([type ?? null, inOrder(data), inOrder(binaryData)]);
}

/** Null for what is no contents. */
export function readContent(text: string): Content | null {
  const [type, data, binaryData] = JSON.parse(text) as [
    string | null,
    [string, string][],
    [string, string][],
  ];
  if (!Array.isArray(data) || !Array.isArray(binaryData)) return null;
  return {
    ...(type === null ? {} : { type }),
    data: Object.fromEntries(data),
    binaryData: Object.fromEntries(binaryData),
  };
}

function inOrder(values: Record<string, string>): [string, string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
