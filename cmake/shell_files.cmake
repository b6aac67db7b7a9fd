# Completion for shells and the manual page: the program writes them, from the descriptions of its
# help, and `cmake --install` puts them where shells and man look.
set(shell_files ${CMAKE_CURRENT_BINARY_DIR}/shell)
file(MAKE_DIRECTORY ${shell_files})
add_custom_command(TARGET tilewright_program POST_BUILD
                   COMMAND tilewright_program completion bash -o ${shell_files}/tilewright
                   COMMAND tilewright_program completion zsh -o ${shell_files}/_tilewright
                   COMMAND tilewright_program completion fish -o ${shell_files}/tilewright.fish
                   COMMAND tilewright_program man -o ${shell_files}/tilewright.1
                   VERBATIM)
install(FILES ${shell_files}/tilewright
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${shell_files}/_tilewright DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${shell_files}/tilewright.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${shell_files}/tilewright.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
