/** Has the browser save what an address of this origin answers; its name comes with the answer. */
export function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}
