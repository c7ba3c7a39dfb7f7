# SPDX-License-Identifier: MIT
# What `cmake --install` lays down: headers, library, service, prlctl, prlsrvctl, SdkWrap, pkg-config files and the CMake package.
include(CMakePackageConfigHelpers)

install(TARGETS prl_sdk EXPORT virtuozzo-sdk-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS prlkvmd prlctl prlsrvctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES doc/man/prlctl.8 doc/man/prlsrvctl.8 doc/man/prlkvmd.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(DIRECTORY include/prlsdk DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
# In two places: makefiles of the field take the sources from share, as the published package has them.
foreach(place ${CMAKE_INSTALL_INCLUDEDIR} ${CMAKE_INSTALL_DATADIR})
    install(FILES sdk/wrap/SdkWrap.h sdk/wrap/SdkHandleWrap.h sdk/wrap/SdkWrap.c sdk/wrap/SdkWrap.cpp
        DESTINATION ${place}/prlsdk/helpers/SdkWrap)
endforeach()
install(TARGETS prl_sdkwrap EXPORT virtuozzo-sdk-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
set_target_properties(prl_sdkwrap PROPERTIES EXPORT_NAME SdkWrap)

# Clients written before 2020 ask for parallels-sdk, later ones for virtuozzo-sdk: the same library.
foreach(name virtuozzo-sdk parallels-sdk)
    set(PC_NAME ${name})
    configure_file(sdk/sdk.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

install(EXPORT virtuozzo-sdk-targets NAMESPACE virtuozzo-sdk:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/virtuozzo-sdk)
configure_package_config_file(sdk/virtuozzo-sdk-config.cmake.in ${PROJECT_BINARY_DIR}/virtuozzo-sdk-config.cmake
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/virtuozzo-sdk)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/virtuozzo-sdk-config-version.cmake COMPATIBILITY AnyNewerVersion)
install(FILES ${PROJECT_BINARY_DIR}/virtuozzo-sdk-config.cmake ${PROJECT_BINARY_DIR}/virtuozzo-sdk-config-version.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/virtuozzo-sdk)
