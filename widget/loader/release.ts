/** What the build wrote into this loader. The build replaces the name by its value: say it once. */
export const release = __RELEASE__;
