/** The addresses of a comma-separated settings value, without blanks and repeats. */
export const addressesOf = (list: string | undefined): string[] => [
  ...new Set(
    (list ?? '')
      .split(',')
      .map((address) => address.trim())
      .filter((address) => address !== ''),
  ),
];
