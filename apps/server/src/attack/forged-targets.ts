/*
 * Addresses that nobody who may only declare a check is to reach: this machine, its network, and what gives out credentials there,
 * in every spelling that some reader of URLs understands.
 */

/** @param port of a server that listens on every loopback address */
export function forgedTargets(port: number): string[] {
  return [...written(port), ...schemes(port), ...named(port)];
}

const thisMachine = [
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'sub.localhost',
    'a.b.localhost.',
    'localhost%2e',
    'loc%61lhost',
  ],
  ...[
    '127.0.0.1',
    '127.0.0.1.',
    '127.0.0.2',
    '127.1',
    '127.0.1',
    '127.255.255.254',
    '0177.0.0.1',
    '0x7f.0.0.1',
  ],
  ...[
    '0x7f000001',
    '2130706433',
    '017700000001',
    '0x7f.1',
    '127.0x1',
    '127.00.00.01',
    '0',
    '0.0.0.0',
    '0x0',
    '00',
  ],
  ...[
    '%31%32%37.0.0.1',
    '１２７.0.0.1',
    '127。0。0。1',
    '①②⑦.⓪.⓪.①',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    '127.0.0.1%00.example.com',
  ],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[0000::0001]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:7f00:0001]',
  ],
  ...[
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
  ],
  ...[
    '[::ffff:0:127.0.0.1]',
    '[2002:7f00:0001::1]',
    '[::ffff:0.0.0.0]',
    '[2001:0:0:0:0:0:80ff:fffe]',
    '[fec0::1]',
  ],
];

const metadata = [
  ...[
    '169.254.169.254',
    '169.254.169.254.',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '169.16689662',
  ],
  ...[
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::a9fe:a9fe]',
    '[::a9fe:a9fe]',
    '[fd00:ec2::254]',
  ],
  ...[
    '[fd00:ec2::23]',
    '[fd20:ce::254]',
    '169.254.170.2',
    '169.254.170.23',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
  ],
  ...['[fe80::1]', '[fe80::a9fe:a9fe]', '[febf::1]'],
];

const local = [
  ...[
    '10.0.0.1',
    '10.255.255.255',
    '167772161',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.1.254',
    '0xc0a80001',
  ],
  ...[
    '100.64.0.1',
    '100.127.255.254',
    '198.18.0.1',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[::ffff:10.0.0.1]',
    '[64:ff9b::a00:1]',
  ],
  ...[
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '240.0.0.1',
    '[ff02::1]',
    '[ff05::2]',
    '192.0.2.1',
    '198.51.100.1',
  ],
  ...['203.0.113.9', '[2001:db8::1]', '[100::1]', '[2001:10::1]', '[4000::1]', '[8000::1]'],
];

function written(port: number): string[] {
  return [...thisMachine, ...metadata, ...local].map((host) => `http://${host}:${port}/latest/meta-data/`);
}

function schemes(port: number): string[] {
  const here = `127.0.0.1:${port}`;
  return [
    ...[
      `file:///etc/passwd`,
      `ftp://${here}/`,
      `gopher://${here}/_x`,
      `ws://${here}/`,
      `dict://${here}/`,
      `data:text/plain,x`,
    ],
    ...[
      `http:${here}`,
      `http:/${here}/`,
      `http:\\\\${here}\\`,
      `//${here}/`,
      `http://public.test@${here}/`,
      `http://a:b@${here}/`,
    ],
    ...[
      `http://${here}#@public.test/`,
      `http://${here}?@public.test/`,
      `http://${here}\\@public.test/`,
      `http:// ${here}/`,
    ],
    ...[
      `http://127.0.0.1\t:${port}/`,
      `http://127.0.0\n.1:${port}/`,
      `https://${here}/`,
      `HTTP://${here}/`,
      `unix:/var/run/docker.sock`,
    ],
  ];
}

/** Names and what they resolve to, one answer after the other; the last goes on. */
export const hostileNames: Record<string, string[][]> = {
  'here.test': [['127.0.0.1']],
  'here6.test': [['::1']],
  'mapped.test': [['::ffff:127.0.0.1']],
  'nat64.test': [['64:ff9b::7f00:1']],
  'any.test': [['0.0.0.0']],
  'any6.test': [['::']],
  'meta.test': [['169.254.169.254']],
  'meta6.test': [['fd00:ec2::254']],
  'private.test': [['10.0.0.1']],
  'private6.test': [['fd12:3456::1']],
  'shared.test': [['100.64.0.1']],
  'zone.test': [['fe80::1%lo']],
  'last.test': [['8.8.8.8', '127.0.0.1']],
  'first.test': [['127.0.0.1', '8.8.8.8']],
  'both.test': [['127.0.0.1', '::1']],
  'none.test': [[]],
  'garbage.test': [['127.0.0.1; rm'], ['2130706433']],
  'xn--80ak6aa92e.test': [['127.0.0.1']],
};

function named(port: number): string[] {
  return Object.keys(hostileNames).flatMap((name) => [`http://${name}:${port}/`, `http://${name}.:${port}/`]);
}
