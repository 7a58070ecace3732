const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Codes that the tables of languages know and ISO 3166 does not assign to a country. */
const NO_COUNTRIES: ReadonlySet<string> = new Set([
  'AC',
  'CP',
  'CQ',
  'DG',
  'EA',
  'EU',
  'EZ',
  'IC',
  'QO',
  'TA',
  'UN',
  'XA',
  'XB',
  'XK',
  'ZZ',
]);

/** Usual names that the tables do not have, in the spelling of {@link plain}. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'united states of america': 'US',
  usa: 'US',
  'great britain': 'GB',
  'czech republic': 'CZ',
  turkey: 'TR',
  'hong kong': 'HK',
  macau: 'MO',
  myanmar: 'MM',
  'ivory coast': 'CI',
  'russian federation': 'RU',
  'korea, republic of': 'KR',
  'republic of korea': 'KR',
  'viet nam': 'VN',
};

let codes: ReadonlyMap<string, string> | undefined;

/** The ISO 3166 code of a country's English name, or of a code in either case; `undefined` for anything else. */
export function countryCode(country: string): string | undefined {
  codes ??= readCodes();
  return codes.get(plain(country));
}

/** Names and codes, as the tables of languages have them that come with Node. */
function readCodes(): ReadonlyMap<string, string> {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const known = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).flatMap((written) => {
    const name = names.of(written);
    // Withdrawn codes lead to their successors: DD to DE.
    const code = new Intl.Locale(`und-${written}`).region;
    if (name === undefined || code === undefined || NO_COUNTRIES.has(code)) return [];
    return [[plain(written), code] as const, [plain(name), code] as const];
  });
  return new Map([...known, ...Object.entries(OTHER_NAMES)]);
}

/** Without case, accents and article. */
const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replaceAll('’', "'")
    .trim()
    .toLowerCase()
    .replace(/^the /, '');
