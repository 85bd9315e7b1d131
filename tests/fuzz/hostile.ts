import fc from 'fast-check';

/** What a client may send on purpose, or by a defect. */

/** Texts that trip up parsers, paths, SQL, headers and terminals. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['\0', 'a\0b', '\ud800', '\udc00x', '\u202e', '\ufeff', '%00', '%ff', '%', '../../etc/passwd', '..%2f..', '/', '//', '\\'],
    ...[
      '__proto__',
      'constructor',
      'toString',
      'null',
      'undefined',
      'NaN',
      "' OR 1=1 --",
      '<script>',
      '$(7*7)',
      '{{7*7}}',
      '\r\nx: y',
    ],
    ...['-1', '1e9', '0x10', '١', ' 1', '1 ', '9'.repeat(400), 'farpane.v1.>', '*', '>', 'x'.repeat(64), 'x'.repeat(5000)],
  ),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.string({ unit: 'grapheme', maxLength: 50 }),
);

/** `[[[…]]]` as text. */
export const deepJson = (levels: number, open = '[', close = ']'): string => `${open.repeat(levels)}1${close.repeat(levels)}`;

/** Values of every type, none of which is likely to be right anywhere. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, -0, Number.MAX_SAFE_INTEGER, [], {}, [[]], [null], {
    length: 3,
  }),
  hostileText,
  fc.constant(JSON.parse('{"__proto__":{"app":"a"},"constructor":{"prototype":{}}}') as unknown),
  fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>,
);

/** Bodies that are no JSON, or JSON that nobody expects, as bytes. */
export const hostileBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .constantFrom(
      ...[
        '',
        ' ',
        'null',
        '1',
        '"x"',
        '[]',
        '{',
        '{"app":',
        '{"app":"a",}',
        "{'app':'a'}",
        '{"app":"a"}{}',
        'NaN',
        '\ufeff{}',
        '{"a":1e999}',
      ],
      ...[deepJson(10_000), deepJson(5000, '{"a":', '}'), `{"app":"a","extra_data":${deepJson(10_000)}}`],
      ...[
        '{"__proto__":{"app":"a"}}',
        '{"app":"a","app":1}',
        '{"app":"\\ud800"}',
        '{"app":"a\\u0000b"}',
        `{"app":"${'x'.repeat(60_000)}"}`,
      ],
    )
    .map((text) => new TextEncoder().encode(text)),
  // Text in Latin-1, which is no UTF-8.
  fc.constant(Uint8Array.from('{"app":"caf\u00e9"}', (char) => char.charCodeAt(0))),
);
