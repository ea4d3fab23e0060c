/**
 * While a receipt is up, printing the page prints the receipt alone. A sheet of styles of its own,
 * taken away again, and for paper only: on screen nothing of the page looks any different.
 */

const ALONE =
  '@media print{html,body{background:#fff!important;min-height:0!important}body>:not(#bulkhead){display:none!important}}';

/** @returns its undo. */
export function printAlone(): () => void {
  const styles = new CSSStyleSheet();
  styles.replaceSync(ALONE);
  document.adoptedStyleSheets.push(styles);
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== styles);
  };
}
