/** Lines of generated code are broken before they get longer, where they can be. */
export const LINE_WIDTH = 110;
